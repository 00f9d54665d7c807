import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';
import { renderChart } from './chart.ts';

const CHART = join(import.meta.dirname, '../../../deploy/helm/throughline');
const read = (name: string): string => readFileSync(join(CHART, name), 'utf8');
const defaults = parse(read('values.yaml'));
const isValid = new Ajv({ strict: false }).compile(JSON.parse(read('values.schema.json')));

type Manifest = Record<string, never> & { kind: string };

const manifests = (values: object): Manifest[] =>
  renderChart(CHART, { ...defaults, ...values }, 'chat')
    .map((text) => parse(text))
    .filter((one) => one?.kind);

const of = (kind: string, values: object = {}): never =>
  manifests(values).find((one) => one.kind === kind) as never;

const CLUSTER = {
  replicas: 3,
  publicUrl: 'https://chat.example.com',
  settings: { S3_BUCKET: 'chat', S3_ENDPOINT: 'https://s3.example.com' },
  secret: {
    DATABASE_URL: 'postgres://relay:p"w: #@db:5432/throughline',
    REDIS_URL: 'redis://redis:6379',
    S3_ACCESS_KEY_ID: 'key',
    S3_SECRET_ACCESS_KEY: 'yes',
  },
  ingress: {
    ...{ enabled: true, className: 'nginx', host: 'chat.example.com', tlsSecret: 'chat-tls' },
    annotations: { 'example.com/on': 'true' },
  },
};

describe('the values', () => {
  test('the usual ones, and those of a cluster, are valid', () => {
    expect(isValid(defaults)).toBe(true);
    expect(isValid({ ...defaults, ...CLUSTER })).toBe(true);
    // Where the bucket is may be a secret too; of a secret that exists nothing can be seen.
    const { settings, secret } = CLUSTER;
    expect(isValid({ ...defaults, replicas: 2, secret: { ...secret, ...settings } })).toBe(true);
    expect(isValid({ ...defaults, replicas: 2, existingSecret: 'chat' })).toBe(true);
    expect(isValid({ ...defaults, secret: { DATABASE_URL: 'postgres://x/y' } })).toBe(true);
  });

  test.each([...Object.keys(CLUSTER.secret), ...Object.keys(CLUSTER.settings)])(
    'several relays without %s are refused',
    (name) => {
      const { settings, secret } = structuredClone<Record<'settings' | 'secret', object>>(CLUSTER);
      Reflect.deleteProperty(settings, name);
      Reflect.deleteProperty(secret, name);
      expect(isValid({ ...defaults, replicas: 2, settings, secret })).toBe(false);
    },
  );

  test.each([
    ['a name nobody knows', { replica: 2 }],
    ['several relays with nothing to share', { replicas: 2 }],
    [
      'several relays with a bucket without a name',
      { ...CLUSTER, settings: { ...CLUSTER.settings, S3_BUCKET: '' } },
    ],
    ['an address with a path', { publicUrl: 'https://chat.example.com/chat' }],
    ['an ingress without a host', { ingress: { enabled: true } }],
    ['an empty secret', { secret: { DATABASE_URL: '' } }],
    ['a number where a setting is text', { settings: { FILE_MAX_MB: 20 } }],
  ])('%s is refused', (_, values) => {
    expect(isValid({ ...defaults, ...values })).toBe(false);
  });
});

describe('the manifests', () => {
  test('the usual ones are a set of one, a service and a budget', () => {
    expect(manifests({}).map(({ kind }) => kind)).toEqual([
      'PodDisruptionBudget',
      'Service',
      'StatefulSet',
    ]);
  });

  test('a relay has no rights, and writes to its data only', () => {
    const { spec } = of('StatefulSet') as { spec: { template: { spec: Record<string, never> } } };
    const pod = spec.template.spec as Record<string, unknown>;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
      containers: [
        {
          image: 'throughline:0.1.0',
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
          livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
          volumeMounts: [{ mountPath: '/data' }, { mountPath: '/tmp' }],
        },
      ],
    });
  });

  test('service, budget and set mean the same pods', () => {
    const labels = {
      'app.kubernetes.io/name': 'throughline',
      'app.kubernetes.io/instance': 'chat',
    };
    expect(of('Service')).toMatchObject({ spec: { selector: labels } });
    for (const kind of ['PodDisruptionBudget', 'StatefulSet'])
      expect(of(kind)).toMatchObject({ spec: { selector: { matchLabels: labels } } });
    expect(of('StatefulSet')).toMatchObject({ spec: { template: { metadata: { labels } } } });
  });

  test('a relay takes the settings of a cluster as they come, whatever stands in them', () => {
    const { stringData } = of('Secret', CLUSTER) as { stringData: Record<string, string> };
    expect(stringData).toEqual(CLUSTER.secret);
    const set = of('StatefulSet', CLUSTER) as {
      spec: {
        replicas: number;
        template: { spec: { containers: { env: Env; envFrom: object[] }[] } };
      };
    };
    expect(set.spec.replicas).toBe(3);
    const [container] = set.spec.template.spec.containers;
    expect(container?.envFrom).toEqual([{ secretRef: { name: 'chat' } }]);
    const env = Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? []);
    const url = 'postgres://relay:secret@db:5432/throughline';
    expect(readConfig({ ...env, ...stringData, DATABASE_URL: url })).toMatchObject({
      ...{ publicUrl: 'https://chat.example.com', trustProxy: 1, s3: { bucket: 'chat' } },
    });
    expect(of('Ingress', CLUSTER)).toMatchObject({
      metadata: { annotations: { 'example.com/on': 'true' } },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['chat.example.com'], secretName: 'chat-tls' }],
        rules: [{ host: 'chat.example.com' }],
      },
    });
  });
});

type Env = { name: string; value: string }[];

/** The other files that say how to run it are read as well. */
test('compose.yaml and the recipe for Traefik are YAML, and every profile is whole', () => {
  const at = join(CHART, '../../..');
  const { services } = parse(readFileSync(join(at, 'compose.yaml'), 'utf8'), { merge: true });
  const of = (profile: string): string[] =>
    Object.keys(services).filter((name) => services[name].profiles.includes(profile));
  expect(of('single')).toEqual(['relay']);
  expect(of('scaled')).toEqual(['relay-1', 'relay-2', 'postgres', 'redis', 'caddy']);
  for (const name of ['relay', 'relay-1', 'relay-2'])
    expect(services[name]).toMatchObject({
      ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
    });
  // Without a bucket, files are in the folder: the relays of one machine share it.
  const [data] = services['relay-1'].volumes;
  expect(data).toMatch(/:\/data$/);
  expect(services['relay-2'].volumes).toEqual([data]);
  const traefik = parse(readFileSync(join(at, 'deploy/proxies/traefik.yaml'), 'utf8'));
  expect(traefik.http.services.throughline.loadBalancer.healthCheck.path).toBe('/readyz');
});
