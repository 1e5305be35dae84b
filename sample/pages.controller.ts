import { Controller, Get, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AllowAnonymous, CurrentUser, SignedIn, SuperUserOnly, type SsoUser } from 'nestjs-session-auth';

// Each route says whom it is for. The other way is a global guard, `{ provide: APP_GUARD, useClass: SessionGuard }`, and
// `@AllowAnonymous()` on what is open: docs/guards.md.
@Controller()
export class PagesController {
  @Get()
  @SignedIn()
  @AllowAnonymous()
  @Render('home')
  home(@CurrentUser() user: SsoUser | null) {
    return { title: 'Welcome', user };
  }

  @Get('private')
  @SignedIn()
  private(@CurrentUser() user: SsoUser, @Req() request: Request, @Res() response: Response) {
    if (request.accepts(['json', 'html']) === 'html') {
      response.render('private', { title: 'Private', user });
    } else {
      response.json({ username: user.username });
    }
  }

  @Get('admin')
  @SuperUserOnly()
  @Render('admin')
  admin(@CurrentUser() user: SsoUser) {
    return { title: 'Administration', user };
  }

  @Get('health')
  health() {
    return { status: 'ok' };
  }
}
