/** Which folder may import which. Read each table from the edge to the leaf. */
const ladder = {
  server: [
    ['gateway', 'routing', 'bots', 'sinks'],
    ['conversations', 'contacts', 'settings', 'presence', 'events'],
    ['store'],
    ['lib'],
  ],
  widget: [['ui', 'connection', 'host', 'compat', 'elements'], ['store', 'i18n'], ['lib']],
};

/** Third-party packages that belong to one place. */
const owners = [
  ['(pg|kysely|node:sqlite|sqlite)', '^packages/server/src/store/'],
  ['(socket\\.io|ws)', '^packages/server/src/gateway/'],
  ['(socket\\.io-client|engine\\.io-client)', '^packages/(widget|console)/src/connection/'],
  ['zustand', '^packages/(widget|console)/src/store/'],
  ['zod', '^packages/shared/src/schema/'],
  ['(@nats-io|rabbitmq-client|mqtt)', '^packages/server/src/sinks/streams/'],
  ['@redis', '^packages/server/src/(sinks/streams|gateway)/'],
  ['@socket\\.io/redis-streams-adapter', '^packages/server/src/gateway/'],
];

/** What a package may take from the workspace at run time. */
const packages = {
  shared: [],
  widget: ['shared/src/(index|csp|form|markdown|money)', 'shared/src/client/'],
  console: ['shared/src/(index|markdown|money)', 'shared/src/client/'],
  server: ['shared/src/'],
};

const test = '\\.(test|test-d|browser\\.test)\\.tsx?$|/test/';
const wiring =
  '^packages/[^/]+/src/(app|main|index|embed|elements|elements-script|react|client|panel|widget|assemble|followers|office|built)\\.tsx?$';
const rules = [];
const forbid = (name, from, to) => rules.push({ name, severity: 'error', from, to });

for (const [pkg, rungs] of Object.entries(ladder))
  rungs.forEach((rung, i) => {
    const below = [...new Set([...(rungs[i + 1] ?? []), ...rungs.at(-1)])];
    for (const folder of rung) {
      const own = `^packages/${pkg}/src/${folder}/`;
      rules.push({
        name: `${pkg}-ladder`,
        comment: `${folder}/ may import itself, ${below.join(', ')}`,
        severity: 'error',
        from: { path: own, pathNot: test },
        to: {
          path: `^packages/${pkg}/src/[^/]+/`,
          pathNot: [own, `^packages/${pkg}/src/(${below.join('|')})/`],
        },
      });
    }
  });

for (const [pkg, ok] of Object.entries(packages))
  forbid(
    `${pkg}-package`,
    { path: `^packages/${pkg}/src/`, pathNot: test },
    {
      path: '^packages/',
      dependencyTypesNot: ['type-only'],
      pathNot: [`^packages/${pkg}/`, ...ok.map((path) => `^packages/${path}`)],
    },
  );

for (const [what, where] of owners)
  forbid(
    'third-party-owner',
    { path: '^packages/[^/]+/src/', pathNot: [where, test] },
    { path: `(^|/node_modules/)${what}(/|$)`, dependencyTypesNot: ['type-only'] },
  );

forbid('no-cycle', {}, { circular: true });
forbid(
  'types-from-shared-only',
  { path: '^packages/([^/]+)/src/', pathNot: test },
  {
    path: '^packages/',
    pathNot: ['^packages/$1/', '^packages/shared/'],
  },
);
forbid(
  'features-apart',
  { path: '^packages/console/src/features/([^/]+)/' },
  {
    path: '^packages/console/src/features/',
    pathNot: '^packages/console/src/features/$1/',
  },
);
forbid(
  'ui-is-plain',
  { path: '^packages/console/src/ui/', pathNot: test },
  {
    path: '^packages/console/src/',
    pathNot: '^packages/console/src/(ui|lib)/',
  },
);
forbid('not-to-test', { path: '^packages/[^/]+/src/', pathNot: test }, { path: test });
// Tests use the tools of the root.
forbid(
  'no-phantom-dependency',
  { path: '^(packages|demo|bench)/', pathNot: test },
  {
    dependencyTypes: ['npm-no-pkg', 'unknown', 'npm-unknown'],
  },
);
forbid(
  'through-the-door',
  { path: '^(demo|bench)/' },
  {
    path: '^packages/[^/]+/src/',
    pathNot: '^packages/[^/]+/src/(index|client|webhooks|(client|schema)/index)\\.tsx?$',
  },
);
// The CLI is wiring too: each of its commands puts together what it needs.
forbid(
  'nobody-imports-wiring',
  { path: '^packages/[^/]+/src/[^/]+/', pathNot: [test, '/cli/', '^packages/shared/'] },
  {
    path: wiring,
    dependencyTypesNot: ['type-only'],
    pathNot: '^packages/shared/',
  },
);
forbid(
  'only-main-imports-cli',
  { path: '^packages/server/src/', pathNot: [test, '/cli/', '/(main|index)\\.ts$'] },
  {
    path: '^packages/server/src/cli/',
  },
);

module.exports = {
  forbidden: rules,
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.css'],
    },
  },
};
