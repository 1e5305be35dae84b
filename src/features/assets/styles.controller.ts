import { Get, Header } from '@nestjs/common';
import { PageSettings } from '../../page/page.settings.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { stylesheet } from '../../page/theme.js';

/** `/styles.css`: the look of the bundled pages, for the host's own pages too. */
@AuthController('styles.css')
export class StylesController {
  private readonly css: string;

  constructor(settings: PageSettings) {
    this.css = stylesheet(settings.options.styles, settings.options.darkStyles);
  }

  @Get()
  @Header('Content-Type', 'text/css; charset=utf-8')
  show(): string {
    return this.css;
  }
}
