import { documented } from '../../openapi/route-doc.js';
import { IconController } from './icon.controller.js';
import { ICON_DOC } from './icon.doc.js';
import { LogoController } from './logo.controller.js';
import { LOGO_DOC } from './logo.doc.js';
import { ScriptController } from './script.controller.js';
import { SCRIPT_DOC } from './script.doc.js';
import { StylesController } from './styles.controller.js';
import { STYLES_DOC } from './styles.doc.js';

export const ASSETS = {
  controllers: [
    documented(StylesController, STYLES_DOC),
    documented(IconController, ICON_DOC),
    documented(LogoController, LOGO_DOC),
    documented(ScriptController, SCRIPT_DOC),
  ],
};
