// The floors of src: imports, those of types included, point to a lower floor or stay on the same one, and never in a circle.
const FLOORS = [
  ['messages'],
  ['errors'],
  ['input'],
  ['database'],
  ['host'],
  ['audit', 'password', 'user'],
  ['session', 'throttle'],
  ['account'],
  ['http'],
  ['openapi'],
  ['page'],
  ['features'],
];

const folders = (floors) => `^src/(?:${floors.flat().join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-circles-of-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'features-do-not-know-each-other',
      comment: 'What two features need is a floor below them.',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/.+' },
      to: { path: '^src/features/[^/]+/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'client-imports-nothing-of-the-server',
      comment: 'A browser loads it. The codes of errors import nothing either.',
      severity: 'error',
      from: { path: '^src/(?:client/|auth\\.client\\.ts$)' },
      to: { pathNot: '^src/(?:client/|errors/auth\\.codes\\.ts$)' },
    },
    {
      name: 'schematics-stand-alone',
      comment: 'They change the source of an application, and run without it.',
      severity: 'error',
      from: { path: '^src/schematics/' },
      to: { path: '^src/', pathNot: '^src/schematics/' },
    },
    ...FLOORS.map((floor, index) => ({
      name: `${floor.join('-')}-imports-nothing-above-it`,
      severity: 'error',
      from: { path: folders([floor]) },
      to: {
        path: [
          '^src/[^/]+$',
          '^src/(?:cli|client|schematics|testing)/',
          ...FLOORS.slice(index + 1).map((above) => folders([above])),
        ],
      },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.build.json' },
    exclude: { path: '\\.spec\\.ts$' },
    doNotFollow: { path: 'node_modules' },
  },
};
