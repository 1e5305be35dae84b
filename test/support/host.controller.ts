import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  AllowAnonymous,
  CurrentSession,
  CurrentUser,
  SignedIn,
  SuperUserOnly,
  type AuthenticatedSession,
  type SsoUser,
} from '../../src/index.js';

/** The routes of a host that uses the module's guards. */
@Controller()
export class HostController {
  @Get('private')
  @SignedIn()
  private(@CurrentUser() user: SsoUser): { username: string } {
    return { username: user.username };
  }

  @Post('private')
  @HttpCode(200)
  @SignedIn()
  write(@CurrentUser() user: SsoUser, @CurrentSession() session: AuthenticatedSession): object {
    return { username: user.username, session: session.id };
  }

  @Get('open')
  @SignedIn()
  @AllowAnonymous()
  open(@CurrentUser() user: SsoUser | null): { username: string | null } {
    return { username: user === null ? null : user.username };
  }

  @Get('admin')
  @SuperUserOnly()
  admin(@CurrentUser() user: SsoUser): { username: string } {
    return { username: user.username };
  }

  @Get('public')
  public(): { public: boolean } {
    return { public: true };
  }
}
