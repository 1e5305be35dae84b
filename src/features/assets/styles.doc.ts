import type { ControllerDoc } from '../../openapi/route-doc.js';
import type { StylesController } from './styles.controller.js';

export const STYLES_DOC: ControllerDoc<StylesController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The stylesheet of the pages',
      session: false,
      answer: null,
      media: 'text/css',
      refusals: [],
    },
  },
};
