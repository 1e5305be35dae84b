/**
 * The arguments with which Node imports a file of the tests in a process of its own, from the source and without a build.
 *
 * @param file its path from the root of the repository
 */
export function sourceArguments(file: string): string[] {
  // The server stays, because the source is imported by and by: `runnerImport` would end with the first file.
  const script = `
    import { createServer, createServerModuleRunner } from 'vite';
    const server = await createServer({ appType: 'custom', server: { middlewareMode: true, watch: null, ws: false } });
    await createServerModuleRunner(server.environments.ssr).import('./${file}');
  `;
  return ['--input-type=module', '-e', script];
}
