import { Injectable } from '@nestjs/common';
import { PageSettings } from './page.settings.js';
import type { Texts } from '../messages/message.js';
import type { AuthRequest } from '../http/auth-request.js';
import { ExpressRequests } from '../http/express-requests.js';

/** Finds the language to answer in. */
@Injectable()
export class Languages {
  constructor(
    private readonly settings: PageSettings,
    private readonly requests: ExpressRequests,
  ) {}

  /** The texts in the language that the browser prefers among those that are there; in the first without a request. */
  of(request: AuthRequest | undefined): Texts {
    const { messages } = this.settings;
    const asked = request && this.requests.of(request);
    // A guard of the host's may have found a request that is none of Express. Without the header Express says the first.
    return messages.texts(asked?.acceptsLanguages?.([...messages.languages]) || messages.languages[0]);
  }
}
