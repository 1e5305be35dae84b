import type { INestApplicationContext, WebSocketAdapter } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

type Headers = Record<string, string>;

/** A message that the server has sent. */
export interface Message {
  event: string;
  data: unknown;
}

/** A client of a gateway, whichever way the two speak. */
export interface Wire {
  /** What the server says to this. */
  ask(event: string, data?: unknown): Promise<Message>;
  /** What the server says next. */
  next(): Promise<Message>;
  /** The acknowledgement of this; `ws` has none. */
  askForAcknowledgement(event: string, data?: unknown): Promise<unknown>;
  close(): void;
}

/** One of Nest's two ways to WebSockets. */
export interface Transport {
  name: string;
  adapter(app: INestApplicationContext): WebSocketAdapter;
  connect(url: string, headers: Headers, path?: string): Promise<Wire>;
}

/** Where the gateways of the tests listen. */
export const PATH = '/gateway';

/** Gives each message to whoever asks next. */
class Inbox {
  private readonly waiting: ((message: Message) => void)[] = [];

  take(message: Message): void {
    const next = this.waiting.shift();
    if (!next) throw new Error(`Nobody has asked for ${JSON.stringify(message)}.`);
    next(message);
  }

  next(): Promise<Message> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

const ws: Transport = {
  name: 'ws',
  adapter: (app) => new WsAdapter(app),
  async connect(url, headers, path = PATH) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
    const inbox = new Inbox();
    socket.on('message', (text) => inbox.take(JSON.parse(String(text)) as Message));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return {
      ask(event, data) {
        socket.send(JSON.stringify({ event, data }));
        return inbox.next();
      },
      next: () => inbox.next(),
      askForAcknowledgement: () => Promise.reject(new Error('There is no acknowledgement over ws.')),
      close: () => socket.close(),
    };
  },
};

const socketIo = (name: string, ways: string[]): Transport => ({
  name,
  adapter: (app) => new IoAdapter(app),
  async connect(url, extraHeaders, path = PATH) {
    const socket = io(url, { path, extraHeaders, transports: ways, reconnection: false, forceNew: true });
    const inbox = new Inbox();
    socket.onAny((event: string, data: unknown) => inbox.take({ event, data }));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('connect_error', reject);
    });
    return {
      ask(event, data) {
        socket.emit(event, data);
        return inbox.next();
      },
      next: () => inbox.next(),
      askForAcknowledgement: (event, data) => socket.timeout(10_000).emitWithAck(event, data),
      close: () => void socket.disconnect(),
    };
  },
});

export const transports: Transport[] = [ws, socketIo('socket.io', ['polling', 'websocket'])];

/** Every way in which a connection begins. */
export const handshakes: Transport[] = [
  ws,
  socketIo('socket.io, polling', ['polling']),
  socketIo('socket.io, websocket', ['websocket']),
];
