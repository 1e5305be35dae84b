import { Get, Header } from '@nestjs/common';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { readView } from '../../page/views.js';

/** `/password.js`: the script of pages that ask for a password. */
@AuthController('password.js')
export class ScriptController {
  @Get()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  show(): string {
    return readView('password.js');
  }
}
