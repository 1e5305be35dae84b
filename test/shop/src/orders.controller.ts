import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { CsrfGuard, CurrentUser, SuperUserOnly } from 'nestjs-session-auth';
import { Member } from './member.entity.js';
import { Order } from './order.entity.js';
import { OrdersService } from './orders.service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  list(@CurrentUser() member: Member): Promise<Order[]> {
    return this.orders.of(member);
  }

  @Post()
  @UseGuards(CsrfGuard)
  place(@CurrentUser() member: Member, @Body('article') article: string): Promise<Order> {
    return this.orders.place(member, article);
  }

  @Get('revenue')
  @SuperUserOnly()
  revenue(): string {
    return 'Only for super-users.';
  }
}
