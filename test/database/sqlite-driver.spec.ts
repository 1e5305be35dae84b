import { createRequire } from 'node:module';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { driverProblem } from '../../src/database/dialects/sqlite/sqlite.driver.js';
import { driverBuildProblem } from '../../src/database/dialects/sqlite/driver.build.js';

const COMMANDS =
  '`npm pkg set overrides.typeorm.better-sqlite3="12 || 13"` and `npm install "better-sqlite3@12 || 13"`';

describe('a driver for SQLite', () => {
  const driver = (version: string, hasCleanupHooks = false, name = 'better-sqlite3') => ({
    name,
    version,
    hasCleanupHooks,
  });

  it.each([
    ['12.11.1', '24.19.0'],
    ['12.11.1', '24.21.0'],
    // What was compiled on 24.19 aborts on the releases before, too.
    ['12.11.1', '24.0.0'],
    ['12.11.1', '26.3.1'],
    ['11.10.0', '24.20.0'],
  ])('%s that asks for hooks is refused on Node %s', (version, node) => {
    const problem = driverBuildProblem(driver(version, true), node);
    expect(problem).toContain(`better-sqlite3 ${version}`);
    expect(problem).toContain(`Node ${node}`);
    expect(problem).toContain('Assertion failed: (env) != nullptr');
    expect(problem).toContain(COMMANDS);
  });

  it.each([
    ['12.11.1', true, '26.4.0'],
    ['12.11.1', true, '26.12.1'],
    ['12.11.1', true, '28.0.0'],
    ['12.11.1', false, '24.21.0'],
    ['12.11.1', false, '20.20.2'],
    ['13.2.0', false, '22.23.3'],
    ['13.2.0', false, '24.21.0'],
    ['13.2.0', false, '26.12.1'],
  ])('%s is welcome where it works: with hooks %s, on Node %s', (version, hasCleanupHooks, node) => {
    expect(driverBuildProblem(driver(version, hasCleanupHooks), node)).toBeNull();
  });

  it('13 is refused on Node 20, which it would end', () => {
    const problem = driverBuildProblem(driver('13.2.0'), '20.20.2');
    expect(problem).toContain('better-sqlite3 13.2.0 needs Node 22');
    expect(problem).toContain('segmentation fault');
    expect(problem).toContain(COMMANDS);
  });

  it('of another name is refused for how it was compiled, not for its version', () => {
    const name = 'better-sqlite3-multiple-ciphers';
    expect(driverBuildProblem(driver('13.0.0', false, name), '20.20.2')).toBeNull();
    expect(driverBuildProblem(driver('13.0.0', true, name), '24.21.0')).toContain(`${name} 13.0.0`);
  });

  it.each([
    ['of TypeORM', {}],
    ['of the host', { driver: createRequire(import.meta.url)('better-sqlite3') as unknown }],
    ['nobody knows', { driver: class {} }],
  ])('%s is as npm has chosen it for this Node', async (_, given) => {
    const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:', ...given });
    expect(driverProblem(dataSource)).toBeNull();
  });
});
