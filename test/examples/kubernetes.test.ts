import { expect } from 'chai';
import { loadAll } from 'js-yaml';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '../../src/service/settings/load.js';

const folder = fileURLToPath(new URL('../../examples/kubernetes/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

type Labels = Readonly<Record<string, string>>;

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly ports: readonly { readonly name: string }[];
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly volumeMounts: readonly { readonly name: string }[];
}

interface Deployment {
  readonly kind: 'Deployment';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

interface Other {
  readonly kind: 'Service' | 'HorizontalPodAutoscaler' | 'PodDisruptionBudget';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: Labels & { readonly matchLabels?: Labels };
    readonly ports: readonly { readonly targetPort: string }[];
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly minAvailable: number;
    readonly metrics: readonly { readonly pods?: { readonly metric: { readonly name: string } } }[];
  };
}

/** What comes from a secret. */
const secrets: Readonly<Record<string, string>> = {
  CAIRN_KEYS: `feed:${'a'.repeat(64)}`,
  CAIRN_STORE: 'postgres://cairn:secret@db/cairn',
};

describe('the manifests for Kubernetes', () => {
  for (const file of files) {
    describe(file, () => {
      const manifests = loadAll(readFileSync(folder + file, 'utf8')) as (Deployment | Other)[];
      const deployments = manifests.filter((one): one is Deployment => one.kind === 'Deployment');
      const others = manifests.filter((one): one is Other => one.kind !== 'Deployment');
      const ofKind = (kind: Other['kind']): Other[] => others.filter((one) => one.kind === kind);

      it('select the right pods, and each has a disruption budget', () => {
        expect(deployments).not.to.deep.equal([]);
        const pods = deployments.map(({ spec }) => spec.template.metadata.labels);
        for (const { spec } of deployments)
          expect(spec.template.metadata.labels).to.deep.equal(spec.selector.matchLabels);
        for (const { spec } of ofKind('Service')) expect(pods).to.deep.include({ ...spec.selector });
        for (const { spec } of ofKind('PodDisruptionBudget')) expect(pods).to.deep.include(spec.selector.matchLabels);
        expect(ofKind('PodDisruptionBudget')).to.have.length(deployments.length);
        const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
        expect(new Set(names).size).to.equal(names.length);
      });

      it('scale an existing Deployment by a metric that Cairn has, and keep the minimum', () => {
        const metrics = readFileSync(new URL('../../src/service/metrics/metrics.ts', import.meta.url), 'utf8');
        for (const { spec } of ofKind('HorizontalPodAutoscaler')) {
          const { name } = spec.scaleTargetRef;
          const deployment = deployments.find(({ metadata }) => metadata.name === name)!;
          // Else each `kubectl apply` would put it back to that number.
          expect(deployment.spec.replicas).to.equal(undefined);
          const budget = ofKind('PodDisruptionBudget').find(({ metadata }) => metadata.name === name)!;
          expect(spec.minReplicas).to.be.greaterThan(budget.spec.minAvailable);
          for (const { pods } of spec.metrics)
            if (pods !== undefined) expect(metrics).to.contain(`'${pods.metric.name}'`);
        }
      });

      it('have settings that Cairn accepts, and matching ports, probes and volumes', () => {
        for (const { spec } of deployments) {
          const { containers, volumes, terminationGracePeriodSeconds } = spec.template.spec;
          for (const { env, ports, readinessProbe, livenessProbe, volumeMounts } of containers) {
            const given = env.filter(({ name }) => name !== 'CAIRN_SETTINGS');
            const environment = Object.fromEntries(
              given.map(({ name, value }) => [name, value ?? new Map(Object.entries(secrets)).get(name)!]),
            );
            const settings = loadSettings({ environment });
            expect(settings.drainSeconds).to.be.lessThan(terminationGracePeriodSeconds);
            const names = ports.map(({ name }) => name);
            for (const { httpGet } of [readinessProbe, livenessProbe]) expect(names).to.include(httpGet.port);
            expect([readinessProbe.httpGet.path, livenessProbe.httpGet.path]).to.deep.equal(['/readyz', '/livez']);
            for (const service of ofKind('Service'))
              for (const { targetPort } of service.spec.ports) expect(names).to.include(targetPort);
            expect(volumeMounts.map(({ name }) => name).sort()).to.deep.equal(volumes.map(({ name }) => name).sort());
          }
        }
      });

      it('are valid by the schemas of Kubernetes', function () {
        this.timeout(60_000);
        const program = process.env.KUBERNETES_VALIDATE ?? 'kubernetes-validate';
        const { status, stdout, stderr, error } = spawnSync(program, ['--strict', folder + file], { encoding: 'utf8' });
        if (error !== undefined) {
          console.warn('    skipped: there are no schemas (pip install kubernetes-validate)');
          this.skip();
        }
        expect(status, stdout + stderr).to.equal(0);
      });
    });
  }
});
