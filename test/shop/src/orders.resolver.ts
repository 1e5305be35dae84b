import { Query, Resolver } from '@nestjs/graphql';
import { CurrentUser } from 'nestjs-session-auth';
import type { Member } from './member.entity.js';
import { Order } from './order.entity.js';
import { OrdersService } from './orders.service.js';

@Resolver(() => Order)
export class OrdersResolver {
  constructor(private readonly orders: OrdersService) {}

  @Query(() => [Order], { name: 'orders' })
  list(@CurrentUser() member: Member): Promise<Order[]> {
    return this.orders.of(member);
  }
}
