import type { ControllerDoc } from '../../openapi/route-doc.js';
import type { LogoController } from './logo.controller.js';

const MEDIA = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const;

export const LOGO_DOC: ControllerDoc<LogoController> = {
  tag: 'Auth',
  routes: {
    show: { summary: 'The logo of the site', session: false, answer: null, media: MEDIA, refusals: [] },
    showDark: {
      summary: 'The logo of the site for dark pages',
      session: false,
      answer: null,
      media: MEDIA,
      refusals: [],
    },
  },
};
