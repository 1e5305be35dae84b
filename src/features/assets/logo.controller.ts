import { Get, Header, Req, Res } from '@nestjs/common';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { PageSettings } from '../../page/page.settings.js';
import type { Picture } from '../../page/site.js';
import { icon } from '../../page/theme.js';

/** An SVG that is opened by itself runs no script either. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** `/logo`: the logo of the option `site`, or the icon where there is none; `/logo/dark`: the one for dark pages. */
@AuthController('logo')
export class LogoController {
  constructor(private readonly settings: PageSettings) {}

  @Get()
  @Header('Content-Security-Policy', POLICY)
  show(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): Buffer | string {
    return this.send(this.settings.site.logo, request, response);
  }

  @Get('dark')
  @Header('Content-Security-Policy', POLICY)
  showDark(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): Buffer | string {
    const { logo, darkLogo = logo } = this.settings.site;
    return this.send(darkLogo, request, response);
  }

  private send(picture: Picture | undefined, request: AuthRequest, response: AuthResponse): Buffer | string {
    response.type(picture?.type ?? 'image/svg+xml');
    if (!picture) return icon(this.settings.options.styles);
    if (request.query['v'] === picture.id) {
      // The same for everybody, and another picture has another address.
      response.removeHeader('Vary');
      response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    }
    return picture.content;
  }
}
