// The parts of supertest that the examples use; newcomer runs them with supertest itself.

declare module 'supertest' {
  interface Test extends Promise<unknown> {
    set(header: string, value: string): this;
    type(type: string): this;
    send(body: object): this;
    expect(status: number, body?: string): this;
  }
  export default function request(server: unknown): { get(path: string): Test; post(path: string): Test };
}
