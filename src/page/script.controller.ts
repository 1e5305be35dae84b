import { readFileSync } from 'node:fs';
import { Get, Header } from '@nestjs/common';
import { Face } from './face.decorators.js';

const SCRIPT = readFileSync(new URL('../../views/password.js', import.meta.url), 'utf8');

/** `/password.js`: what makes password fields kinder where a browser runs scripts. */
@Face('password.js')
export class ScriptController {
  @Get()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  show(): string {
    return SCRIPT;
  }
}
