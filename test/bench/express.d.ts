// The little of Express that the receivers use; its own types are a package that nothing else here needs.
declare module 'express' {
  import type { Server } from 'node:http';

  interface Response {
    status(code: number): Response;
    json(body: unknown): void;
  }
  type Handler = (request: { readonly body: unknown }, response: Response) => void | Promise<void>;
  interface Application {
    use(middleware: object): void;
    post(route: string, handler: Handler): void;
    listen(port: number, host: string, onListening: () => void): Server;
  }
  const express: { (): Application; json(): object };
  export default express;
}
