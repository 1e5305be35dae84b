import { Injectable } from '@nestjs/common';
import { AuthSettings } from '../auth.settings.js';
import type { Texts } from '../messages/message.js';
import type { AuthRequest } from '../session/auth-request.js';

/** Finds the language to answer in. */
@Injectable()
export class Languages {
  constructor(private readonly settings: AuthSettings) {}

  /** The texts in the language that the browser prefers among those that are there. */
  of(request: AuthRequest): Texts {
    const { messages } = this.settings;
    // Without the header Express says the first, which is English.
    return messages.texts(request.acceptsLanguages([...messages.languages]) || messages.languages[0]);
  }
}
