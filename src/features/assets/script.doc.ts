import type { FaceDoc } from '../../openapi/route-doc.js';
import type { ScriptController } from './script.controller.js';

export const SCRIPT_DOC: FaceDoc<ScriptController> = {
  tag: 'Auth',
  page: false,
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
