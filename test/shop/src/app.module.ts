import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { GraphQLModule } from '@nestjs/graphql';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule, authEntitiesFor, authMigrations } from 'nestjs-session-auth';
import { authConfig } from './auth.config.js';
import { HomeController } from './home.controller.js';
import { Member } from './member.entity.js';
import { Order } from './order.entity.js';
import { OrdersController } from './orders.controller.js';
import { OrdersResolver } from './orders.resolver.js';
import { OrdersService } from './orders.service.js';
import { AddMemberColumns1795000000000, CreateOrders1795000000001 } from './shop.migrations.js';

@Module({
  imports: [
    ConfigModule.forRoot({ ignoreEnvFile: true }),
    TypeOrmModule.forRootAsync({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'postgres',
        url: config.getOrThrow<string>('DATABASE_URL'),
        entities: [...authEntitiesFor(Member), Order],
        migrations: [...authMigrations, AddMemberColumns1795000000000, CreateOrders1795000000001],
        migrationsRun: true,
      }),
    }),
    TypeOrmModule.forFeature([Order]),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
    AuthModule.forRootAsync(authConfig),
  ],
  controllers: [HomeController, OrdersController],
  providers: [OrdersService, OrdersResolver],
})
export class AppModule {}
