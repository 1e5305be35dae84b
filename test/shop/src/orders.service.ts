import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { Member } from './member.entity.js';
import { Order } from './order.entity.js';

@Injectable()
export class OrdersService {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  of({ id }: Member): Promise<Order[]> {
    return this.orders.findBy({ userId: id });
  }

  place({ id }: Member, article: string): Promise<Order> {
    return this.orders.save({ userId: id, article });
  }
}
