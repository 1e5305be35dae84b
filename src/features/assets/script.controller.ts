import { Get, Header } from '@nestjs/common';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { readView } from '../../page/views.js';

/** `/page.js`: the script of the pages, which all of them work without. */
@AuthController('page.js')
export class ScriptController {
  @Get()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  show(): string {
    return readView('page.js');
  }
}
