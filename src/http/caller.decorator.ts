import type { SsoCaller as Caller } from '../account/caller.js';
import { CallerPipe } from './caller.pipe.js';
import { FromRequest } from './from-request.js';

/** On whose behalf a method of `SsoUserService` acts. All but `token` and `session` is only recorded or matched. */
export interface SsoCaller extends Caller {}

/**
 * Injects the caller that the request stands for: its session cookie, address, user agent, and the headers
 * `X-Current-App` and `X-Correlation-Id`.
 *
 * @example change(\@Body() body: ChangeDto, \@SsoCaller() caller: SsoCaller) { … }
 */
export const SsoCaller = (): ParameterDecorator => FromRequest(CallerPipe);
