import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule, authEntities, authMigrations, databaseFromUrl } from 'nestjs-session-auth';
import { authOptions } from './auth-options.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { home } from './home.js';
import { MyPasswordController } from './my-password.controller.js';
import { MyPasswordService } from './my-password.service.js';
import { PagesController } from './pages.controller.js';
import { Seeder } from './seeder.js';
import { SupportController } from './support.controller.js';
import { SupportService } from './support.service.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...databaseFromUrl(process.env.DATABASE_URL || `sqlite:${join(home, 'data', 'app.sqlite')}`),
      name: authOptions.dataSource,
      entities: [...authEntities],
      migrations: [...authMigrations],
      migrationsRun: true,
    }),
    AuthModule.forRoot(authOptions),
  ],
  controllers: [PagesController, MyPasswordController, SupportController],
  providers: [Seeder, GracefulShutdown, MyPasswordService, SupportService],
})
export class AppModule {}
