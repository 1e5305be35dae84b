import type { ControllerDoc } from '../../openapi/route-doc.js';
import type { ScriptController } from './script.controller.js';

export const SCRIPT_DOC: ControllerDoc<ScriptController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The script of the pages',
      session: false,
      answer: null,
      media: 'text/javascript',
      refusals: [],
    },
  },
};
