import { Controller, Get } from '@nestjs/common';
import { AllowAnonymous, CurrentUser } from 'nestjs-session-auth';
import type { Member } from './member.entity.js';

@Controller()
export class HomeController {
  @Get()
  @AllowAnonymous()
  welcome(@CurrentUser() member: Member | null): string {
    return `Willkommen, ${member?.username ?? 'Gast'}!`;
  }
}
