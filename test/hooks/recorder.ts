import { type HookContext, LoginHooks, type Verdict } from '../../src/index.js';
import type { TestApplication } from '../support/application.js';
import type { Answer, Fields, Visitor } from '../support/visitor.js';

export type HookName = keyof LoginHooks;

interface Call {
  hook: HookName;
  context: HookContext;
  /** The code of a failure, the actor of a change. */
  detail?: string | null;
}

/** Hooks that write down what they are told, and do what a test wants. */
export class Recorder extends LoginHooks {
  readonly calls: Call[] = [];
  private actions: Partial<Record<HookName, () => Verdict | Promise<Verdict>>> = {};

  override preLogin(context: HookContext): Verdict | Promise<Verdict> {
    return this.called({ hook: 'preLogin', context });
  }

  override loginSuccess(context: HookContext): Verdict | Promise<Verdict> {
    return this.called({ hook: 'loginSuccess', context });
  }

  override loginFailure(context: HookContext, code: string): Verdict | Promise<Verdict> {
    return this.called({ hook: 'loginFailure', context, detail: code });
  }

  override async passwordChanged(context: HookContext, actor: string | null): Promise<void> {
    await this.called({ hook: 'passwordChanged', context, detail: actor });
  }

  override async registered(context: HookContext): Promise<void> {
    await this.called({ hook: 'registered', context });
  }

  on(hook: HookName, action: () => Verdict | Promise<Verdict>): void {
    this.actions[hook] = action;
  }

  reset(): void {
    this.calls.length = 0;
    this.actions = {};
  }

  of(hook: HookName): Call[] {
    return this.calls.filter((call) => call.hook === hook);
  }

  names(): HookName[] {
    return this.calls.map(({ hook }) => hook);
  }

  codes(): (string | null | undefined)[] {
    return this.of('loginFailure').map(({ detail }) => detail);
  }

  private called(call: Call): Verdict | Promise<Verdict> {
    this.calls.push(call);
    return this.actions[call.hook]?.();
  }
}

/** What a caller says of itself in headers. */
export const headers = {
  'user-agent': 'Test Browser/7',
  'x-current-app': 'the shop',
  'x-correlation-id': 'request-4711',
};

/** The same, as a hook is told it. */
export const origin = {
  remoteAddress: '127.0.0.1',
  userAgent: 'Test Browser/7',
  app: 'the shop',
  correlationId: 'request-4711',
};

export function loginWithHeaders(visitor: Visitor, fields: Fields): Promise<Answer> {
  return visitor.submit('/login', fields, headers);
}

/** Has a table away while something is done. */
export async function without(
  { dataSource }: TestApplication,
  table: string,
  use: () => Promise<void>,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await runner.renameTable(table, `${table}_away`);
  try {
    await use();
  } finally {
    await runner.renameTable(`${table}_away`, table);
    await runner.release();
  }
}
