/** The Deployment of job workers (worker) that an experiment brings along. */
import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { needsToBeGiven, type ZeebeAccess } from '../zeebe/access.ts';

export interface WorkerDeployment {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  /** host:port of the gateways' Service. */
  readonly address: string;
  readonly jobType: string;
  /** What the workers are to reach the gateways by, and who gives them what they need for it. */
  readonly access: ZeebeAccess;
  readonly secret: string | undefined;
}

/** What a user names for job workers. */
export interface WorkerSettings {
  readonly access: ZeebeAccess;
  readonly workerImage: string | undefined;
  readonly workerSecret: string | undefined;
}

/** Milliseconds for which a worker works on a job: long enough that a restart finds some in hand. */
const WORK = 2_000;
/** Milliseconds until a job comes back that no worker has completed. */
export const WORKER_JOB_TIMEOUT = 5_000;

const CONTAINER = 'worker';
/** Where workers find the Secret's keys as files. */
const ACCESS_FOLDER = '/etc/zeebe-access';
/** The user that owns nothing. */
const NOBODY = 65_534;

const WORKER_NAME = 'zeebe-chaos-worker';

/** Why gateways would not talk to job workers; undefined where they would. A run's own credentials are not handed on. */
export function whyWorkersLackAccess({
  access,
  workerSecret,
}: Omit<WorkerSettings, 'workerImage'>): string | undefined {
  return needsToBeGiven(access) && workerSecret === undefined
    ? "Job workers need credentials or an authority's certificate for Zeebe's API as this run does, and CHAOS_WORKER_SECRET names no Secret that has them."
    : undefined;
}

/** Selects the Deployments and pods of the job workers of any run. */
export const WORKERS_OF_ANY_RUN = `app.kubernetes.io/name=${WORKER_NAME}`;

/** The job workers of any run among pods. */
export function workersAmong(pods: readonly V1Pod[]): V1Pod[] {
  return pods.filter(({ metadata }) => metadata?.labels?.['app.kubernetes.io/name'] === WORKER_NAME);
}

/** The labels of the Deployment's pods. */
export function workerLabels({ name }: Pick<WorkerDeployment, 'name'>): Record<string, string> {
  return { 'app.kubernetes.io/name': WORKER_NAME, 'app.kubernetes.io/instance': name };
}

/** The Deployment, for server-side apply. */
export function workerManifest(deployment: WorkerDeployment): V1Deployment {
  const { name, namespace, image, replicas, secret } = deployment;
  const labels = workerLabels(deployment);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: CONTAINER,
              image,
              env: Object.entries(variables(deployment)).map(([key, value]) => ({ name: key, value })),
              ...(secret !== undefined && {
                envFrom: [{ secretRef: { name: secret } }],
                volumeMounts: [{ name: 'access', mountPath: ACCESS_FOLDER, readOnly: true }],
              }),
              ports: [{ name: 'http', containerPort: 8080 }],
              securityContext: {
                runAsUser: NOBODY,
                runAsNonRoot: true,
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
                // With the others, what Pod Security asks for at its level `restricted`.
                seccompProfile: { type: 'RuntimeDefault' },
              },
              readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1 },
              resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } },
            },
          ],
          ...(secret !== undefined && { volumes: [{ name: 'access', secret: { secretName: secret } }] }),
        },
      },
    },
  };
}

/** What is known already; these count before the variables of the same name that come from the Secret. */
function variables({ address, jobType, access: { tls } }: WorkerDeployment): Record<string, string> {
  return {
    ZEEBE_ADDRESS: address,
    ZEEBE_INSECURE_CONNECTION: String(tls === undefined),
    ...(tls?.name !== undefined && { ZEEBE_OVERRIDE_AUTHORITY: tls.name }),
    JOB_TYPE: jobType,
    WORK: `${WORK}ms`,
    JOB_TIMEOUT: `${WORKER_JOB_TIMEOUT}ms`,
  };
}
