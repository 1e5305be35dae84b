import { Get, Header } from '@nestjs/common';
import { Face } from '../../page/face.decorators.js';
import { readView } from '../../page/views.js';

/** `/password.js`: what makes password fields kinder where a browser runs scripts. */
@Face('password.js')
export class ScriptController {
  @Get()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  show(): string {
    return readView('password.js');
  }
}
