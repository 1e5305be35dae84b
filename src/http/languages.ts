import { Injectable } from '@nestjs/common';
import { Catalogue } from '../messages/catalogue.js';
import type { Texts } from '../messages/message.js';
import type { AuthRequest } from './auth-request.js';
import { ExpressRequests } from './express-requests.js';

/** Begins with any language, as fetch says where nobody has chosen one. */
const ANY = /^\s*\*/;

/** Finds the language to answer in. */
@Injectable()
export class Languages {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly requests: ExpressRequests,
  ) {}

  /** The texts in the language that the browser prefers among those that are there; in the first without a request. */
  of(request: AuthRequest | undefined): Texts {
    // Without the header Express says the first.
    return this.catalogue.texts((request && this.preferred(request)) || this.catalogue.languages[0]);
  }

  /** The language that the request asks for, as far as it asks for one of those that are there. */
  askedIn(request: AuthRequest): string | undefined {
    const { 'accept-language': header } = request.headers;
    if (header === undefined || ANY.test(header)) return undefined;
    return this.preferred(request) || undefined;
  }

  private preferred(request: AuthRequest): string | false | undefined {
    // A guard of the host's may have found a request that is none of Express.
    return this.requests.of(request).acceptsLanguages?.([...this.catalogue.languages]);
  }
}
