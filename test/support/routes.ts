import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { AuthModule } from 'nestjs-session-auth';
import type { TestApplication } from './application.js';

/** A route of a controller. */
export interface Route {
  method: string;
  /** Without the global prefix, for instance `users/:id`. */
  path: string;
}

/** The routes of the module's controllers, but for those for all methods: they only refuse. */
export function routesOf({ app }: TestApplication): Route[] {
  const modules = [...app.get(ModulesContainer).values()].filter(({ metatype }) => metatype === AuthModule);
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const base: string = Reflect.getMetadata(PATH_METADATA, metatype as object);
    const handlers = Object.values(Object.getOwnPropertyDescriptors(metatype?.prototype as object));
    return handlers.flatMap(({ value: handler }) => {
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const path: string = Reflect.getMetadata(PATH_METADATA, handler);
      const method: RequestMethod = Reflect.getMetadata(METHOD_METADATA, handler);
      return method === RequestMethod.ALL
        ? []
        : [{ method: String(RequestMethod[method]), path: joined(base, path) }];
    });
  });
}

function joined(...parts: string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/');
}
