import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  image: string;
  ports?: string[];
}

interface Job {
  strategy?: { matrix: { node: number[]; nest: number[]; include: { nest: number; step: string }[] } };
  services?: Record<string, Service>;
  steps?: { run?: string }[];
}

function read<T>(path: string): T {
  return parse(readFileSync(path, 'utf8')) as T;
}

function matches(command: string, ...args: string[]): string[] {
  return execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n');
}

const { jobs } = read<{ jobs: Record<string, Job> }>('.github/workflows/ci.yml');
const release = read<{ jobs: Record<string, { uses?: string; needs?: string }> }>(
  '.github/workflows/release.yml',
);
const compose = read<{ services: Record<string, Service> }>('docker-compose.yml');

describe('the workflow of CI', () => {
  const steps = matches('.ci/run', 'list');
  const called = Object.values(jobs).flatMap((job) => {
    const ofMatrix = job.strategy?.matrix.include.map(({ step }) => step).join(' ') ?? '';
    return (job.steps ?? []).flatMap(({ run = '' }) => {
      const [, names = ''] = /^\.ci\/run (.*)$/.exec(run) ?? [];
      return names.replace('${{ matrix.step }}', ofMatrix).split(' ').filter(Boolean);
    });
  });

  it('calls the steps of .ci/run, every one but those that set up a machine', () => {
    expect(called.toSorted()).toEqual(
      steps.filter((step) => step !== 'databases' && step !== 'browser').toSorted(),
    );
  });

  it('is what .ci/run does without a name: every step, each once', () => {
    const [, whole = ''] = /^else\n([^]*?)^fi$/m.exec(readFileSync('.ci/run', 'utf8')) ?? [];
    const named = [...whole.matchAll(/^ +(?:run|side_by_side) (.*)$/gm)].flatMap(([, names = '']) =>
      names.replaceAll("'", '').split(' '),
    );
    expect(named.toSorted()).toEqual(steps.toSorted());
  });

  it('runs on every release of Node and of Nest that package.json names', () => {
    const { engines, peerDependencies } = read<Record<string, Record<string, string>>>('package.json');
    const majors = (range: string | undefined) =>
      [...(range ?? '').matchAll(/(\d+)\.\d+\.\d+/g)].map(([, major]) => Number(major));
    const { node, nest, include } = jobs.suite?.strategy?.matrix ?? { node: [], nest: [], include: [] };
    expect(node).toEqual(expect.arrayContaining(majors(engines?.node)));
    expect(nest).toEqual(majors(peerDependencies?.['@nestjs/core']));
    expect(include.map((one) => one.nest).toSorted()).toEqual(nest);
  });

  it('has the services of docker-compose.yml, in the same releases', () => {
    for (const [name, { image }] of Object.entries(jobs.suite?.services ?? {})) {
      expect(compose.services[name]?.image).toBe(image);
    }
  });

  it('has to pass before a release', () => {
    expect(release.jobs.ci?.uses).toBe('./.github/workflows/ci.yml');
    expect(release.jobs.publish?.needs).toBe('ci');
  });
});

it('docker-compose.yml offers what the tests look for where they look for it', () => {
  const places = [
    ...readFileSync('test/support/databases.ts', 'utf8').matchAll(/'\w+:\/\/(?:\w+@)?127\.0\.0\.1:(\d+)/g),
    ...readFileSync('test/throttle/stores.ts', 'utf8').matchAll(/'redis:\/\/127\.0\.0\.1:(\d+)/g),
  ].map(([, port = '']) => port);
  expect(places).toHaveLength(3);
  const offered = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
  for (const port of places) expect(offered).toContain(`127.0.0.1:${port}:${port}`);
});

it('package.json alone names the organisation', () => {
  const { repository } = read<{ repository: { url: string } }>('package.json');
  const [, organisation = ''] = /github\.com\/([^/]+)\//.exec(repository.url) ?? [];
  expect(organisation).not.toBe('');
  expect(matches('git', 'grep', '--files-with-matches', '--untracked', organisation)).toEqual([
    'package.json',
  ]);
});
