import type { ControllerDoc } from '../../openapi/route-doc.js';
import type { ScriptController } from './script.controller.js';

export const SCRIPT_DOC: ControllerDoc<ScriptController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'What makes password fields kinder where a browser runs scripts',
      session: false,
      answer: null,
      media: 'text/javascript',
      refusals: [],
    },
  },
};
