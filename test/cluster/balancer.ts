import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * A load balancer without sticky sessions: it hands each request, as it came, to the next process. One that refuses
 * connections is passed over; one that dies over a request leaves its client with a 502.
 */
export class Balancer {
  /** Which processes have answered, by their numbers. */
  readonly turns: number[] = [];
  // A connection that is kept may be closed by the process just when it is wanted again.
  private readonly agent = new Agent({ keepAlive: false });
  private readonly server = createServer((incoming, outgoing) => {
    this.forward(incoming, outgoing).catch(() => outgoing.destroy());
  });
  private next = 0;

  private constructor(private readonly targets: readonly { url: string }[]) {}

  /** @param targets may be replaced while it runs */
  static async before(targets: readonly { url: string }[]): Promise<Balancer> {
    const balancer = new Balancer(targets);
    balancer.server.listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const first = this.next++;
    for (let tried = 0; tried < this.targets.length; tried += 1) {
      const turn = (first + tried) % this.targets.length;
      try {
        const answer = await this.ask(turn, incoming, body);
        this.turns.push(turn);
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.on('error', () => outgoing.destroy()).pipe(outgoing);
        return;
      } catch (error) {
        // Only then is it certain that the process has not begun.
        if (!isRefusal(error)) break;
      }
    }
    outgoing.writeHead(502).end();
  }

  private ask(turn: number, { method, url, rawHeaders }: IncomingMessage, body: Buffer) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const target = `${this.targets[turn]?.url}${url}`;
      request(target, { method, headers: rawHeaders, agent: this.agent }, resolve)
        .on('error', reject)
        .end(body);
    });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
