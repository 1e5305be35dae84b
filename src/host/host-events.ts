import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { optionalPackage } from './optional-package.js';

type EventEmitterPackage = typeof import('@nestjs/event-emitter');

/** The event emitter of the host, if it imports the module of `@nestjs/event-emitter`. */
@Injectable()
export class HostEvents implements OnModuleInit {
  private emitter: { emit(name: string, event: object): unknown } | null = null;

  constructor(private readonly modules: ModuleRef) {}

  onModuleInit(): void {
    const found = optionalPackage('@nestjs/event-emitter') as EventEmitterPackage | null;
    if (found === null) return;
    try {
      this.emitter = this.modules.get(found.EventEmitter2, { strict: false });
    } catch {
      // The package is installed, but no module of this application provides its emitter.
    }
  }

  /** Whether the host has an emitter, so that someone may listen. */
  get hasEmitter(): boolean {
    return this.emitter !== null;
  }

  /** Emits an event without waiting for listeners. @throws the error of a listener that throws synchronously */
  emit(name: string, event: object): void {
    this.emitter?.emit(name, event);
  }
}
