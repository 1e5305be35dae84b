import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';

const app = await NestFactory.create<NestExpressApplication>(AppModule);
const config = new DocumentBuilder().setTitle('Buchladen').addCookieAuth('id').build();
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
app.set('trust proxy', 'loopback');
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
