import type { ControllerDoc } from '../../openapi/route-doc.js';
import type { IconController } from './icon.controller.js';

export const ICON_DOC: ControllerDoc<IconController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The icon of the pages',
      session: false,
      answer: null,
      media: 'image/svg+xml',
      refusals: [],
    },
  },
};
