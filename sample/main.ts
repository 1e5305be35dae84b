import { join, posix } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { authOptions } from './auth-options.js';
import { home } from './home.js';
import { Seeder } from './seeder.js';

const app = await NestFactory.create<NestExpressApplication>(AppModule);
app.enableShutdownHooks();
app.setViewEngine('hbs');
app.setBaseViewsDir(join(home, 'views'));
app.setLocal('auth', posix.join('/', authOptions.routePrefix ?? '', '/'));

const port = Number(process.env.PORT || 3000);
await app.listen(port);
console.log(`The sample is ready: http://localhost:${port}${app.get(Seeder).news}`);
