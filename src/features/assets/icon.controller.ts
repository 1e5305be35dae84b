import { Get, Header } from '@nestjs/common';
import { PageSettings } from '../../page/page.settings.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { icon } from '../../page/theme.js';

/** `/icon.svg`: the icon of the bundled pages; a browser that is told of none asks for `/favicon.ico`, which may not be there. */
@AuthController('icon.svg')
export class IconController {
  private readonly svg: string;

  constructor(settings: PageSettings) {
    this.svg = icon(settings.options.styles);
  }

  @Get()
  @Header('Content-Type', 'image/svg+xml; charset=utf-8')
  show(): string {
    return this.svg;
  }
}
