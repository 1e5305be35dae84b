import { expect } from 'vitest';
import type { TestApplication } from '../support/application.js';
import type { Row } from '../support/rows.js';

/** The same, as it is recorded. */
const origin = {
  app: 'the shop',
  remote_address: '127.0.0.1',
  user_agent: 'Test Browser/7',
  correlation_id: 'request-4711',
};

type Expected = Partial<Row> & { action: string; actor: string | null; target: string | null };

interface Line {
  level: string;
  raw: string;
  event: Row;
}

/** The rows and the log lines that are added while something is done. */
export class Trail {
  private known = new Set<unknown>();
  private line = 0;

  constructor(private readonly host: TestApplication) {}

  async begin(): Promise<void> {
    this.known = new Set((await this.host.rows.all('sso_audit_event')).map(({ id }) => id));
    this.line = this.host.log.lines.length;
  }

  async rows(): Promise<Row[]> {
    const all = await this.host.rows.all('sso_audit_event');
    return all.filter(({ id }) => !this.known.has(id)).toSorted(byId);
  }

  lines(): Line[] {
    return this.host.log.lines
      .slice(this.line)
      .filter((line) => line.endsWith(' AuthAudit'))
      .map((raw) => {
        const [, level = '', json = ''] = /^(\w+): (.*) AuthAudit$/.exec(raw) ?? [];
        return { level, raw, event: asRow(JSON.parse(json)) };
      });
  }
}

/** Exactly these rows were added, and for each a log line that says the same. */
export async function expectRecorded(trail: Trail, ...expected: Expected[]): Promise<void> {
  const rows = await trail.rows();
  expect(rows).toEqual(
    expected.map((one) => ({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      at: expect.any(Number),
      outcome: 'success',
      code: null,
      // How the person proved who they are.
      detail: one.action === 'login' && one.outcome !== 'failure' ? 'pwd' : null,
      on_behalf: null,
      ...origin,
      ...one,
    })),
  );
  for (const { at } of rows) expect(Math.abs(Date.now() - Number(at))).toBeLessThan(600_000);
  const lines = trail.lines();
  expect(lines.map(({ event }) => event).toSorted(byId)).toEqual(rows);
  for (const { level, raw, event } of lines) {
    expect(level).toBe(event.outcome === 'success' ? 'log' : 'warn');
    expect(raw).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
  }
}

// Version 7: by time.
function byId(one: Row, other: Row): number {
  return String(one.id) < String(other.id) ? -1 : 1;
}

function asRow({ onBehalf, remoteAddress, userAgent, correlationId, at, ...rest }: Row): Row {
  return {
    ...rest,
    on_behalf: onBehalf,
    remote_address: remoteAddress,
    user_agent: userAgent,
    correlation_id: correlationId,
    at: Date.parse(String(at)),
  };
}
