/** Zeebe as the Camunda Helm charts lay it out and label it, 8.5 or in another shape, so that any tool made for these finds its way. */
import type { KubernetesObject, V1Container, V1PodTemplateSpec, V1SecurityContext } from '@kubernetes/client-node';
import type { Shape } from '../../helpers/settings.ts';
import {
  GATEWAY,
  NAME,
  PORTS,
  containerPorts,
  env,
  fieldEnv,
  labels,
  object,
  readiness,
  servicePorts,
} from './manifest-parts.ts';
import type { Plan } from './plans.ts';
import { CERTIFICATE_SECRET, GATEWAY_USER } from './secured.ts';
import { differencesOf } from './shapes.ts';

export interface Installation {
  readonly plan: Plan;
  readonly namespace: string;
  readonly shape: Shape;
  /** A Zeebe image that holds `/usr/local/zeebe/bin/broker` and `…/gateway`. */
  readonly image: string;
  /** Undefined leaves the choice to the cluster. */
  readonly storageClass: string | undefined;
}

const DATA = 'data';

/** In the vendor's image as well as in the lab's. */
const INIT = ['tini', '--'];

/** Returns the objects of one Zeebe cluster, namespace first. */
export function manifests(deployment: Installation): KubernetesObject[] {
  return [
    namespace(deployment),
    headlessService(deployment),
    gatewayService(deployment),
    brokers(deployment),
    ...(differencesOf(deployment.shape).embedded ? [] : [gateways(deployment)]),
  ];
}

function namespace({ namespace, plan, shape }: Pick<Installation, 'namespace' | 'plan' | 'shape'>): KubernetesObject {
  const labels = {
    'zeebe-chaos/plan': plan.name,
    ...(differencesOf(shape).restricted ? { 'pod-security.kubernetes.io/enforce': 'restricted' } : {}),
  };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
}

function headlessService({ namespace }: Installation): KubernetesObject {
  return object('v1', 'Service', NAME, namespace, 'zeebe-broker', {
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: labels('zeebe-broker'),
    ports: servicePorts('http', 'command', 'internal'),
  });
}

function gatewayService({ namespace, shape }: Installation): KubernetesObject {
  return object('v1', 'Service', GATEWAY, namespace, 'zeebe-gateway', {
    selector: labels(differencesOf(shape).embedded ? 'zeebe-broker' : 'zeebe-gateway'),
    ports: servicePorts('http', 'gateway'),
  });
}

function brokers(deployment: Installation): KubernetesObject {
  const { plan, namespace, storageClass } = deployment;
  return object('apps/v1', 'StatefulSet', NAME, namespace, 'zeebe-broker', {
    serviceName: NAME,
    replicas: plan.brokers,
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labels('zeebe-broker') },
    template: podTemplate('zeebe-broker', deployment.shape, brokerContainer(deployment)),
    volumeClaimTemplates: [volumeClaim(storageClass, { name: DATA })],
  });
}

function volumeClaim(storageClass: string | undefined, metadata: { name: string; namespace?: string }) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClass ? { storageClassName: storageClass } : {}),
      resources: { requests: { storage: '4Gi' } },
    },
  };
}

/** The namespace, and the claims that the StatefulSet would make for its pods and takes where they are there. */
export function claimsFirst({ namespace: name, plan, shape, storageClass }: Installation): KubernetesObject[] {
  const claims = Array.from({ length: plan.brokers }, (_, ordinal) =>
    volumeClaim(storageClass, { name: `${DATA}-${NAME}-${ordinal}`, namespace: name }),
  );
  return [namespace({ namespace: name, plan, shape }), ...claims];
}

function gateways(deployment: Installation): KubernetesObject {
  return object('apps/v1', 'Deployment', GATEWAY, deployment.namespace, 'zeebe-gateway', {
    replicas: deployment.plan.gateways,
    selector: { matchLabels: labels('zeebe-gateway') },
    template: podTemplate('zeebe-gateway', deployment.shape, gatewayContainer(deployment)),
  });
}

function brokerContainer({ plan, namespace, shape, image }: Installation): V1Container {
  const { embedded } = differencesOf(shape);
  const contactPoints = Array.from(
    { length: plan.brokers },
    (_, i) => `${NAME}-${i}.${NAME}.${namespace}.svc:${PORTS.internal}`,
  );
  return {
    name: embedded ? 'orchestration' : 'zeebe',
    image,
    // The node id is the pod's ordinal, as in the chart's start-up script.
    command: [
      ...(embedded ? [] : INIT),
      '/bin/sh',
      '-c',
      `export ZEEBE_BROKER_CLUSTER_NODEID=\${POD_NAME##*-}; exec /usr/local/zeebe/bin/broker`,
    ],
    ports: containerPorts('http', 'command', 'internal', ...(embedded ? (['gateway'] as const) : [])),
    env: [
      fieldEnv('POD_NAME', 'metadata.name'),
      ...env({
        ZEEBE_BROKER_CLUSTER_CLUSTERNAME: NAME,
        ZEEBE_BROKER_CLUSTER_CLUSTERSIZE: plan.brokers,
        ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT: plan.partitions,
        ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR: plan.replicationFactor,
        ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS: contactPoints.join(','),
        ZEEBE_BROKER_NETWORK_ADVERTISEDHOST: `$(POD_NAME).${NAME}.${namespace}.svc`,
        ZEEBE_BROKER_GATEWAY_ENABLE: String(embedded),
        ZEEBE_BROKER_THREADS_CPUTHREADCOUNT: 1,
        ZEEBE_BROKER_THREADS_IOTHREADCOUNT: 1,
        ZEEBE_BROKER_DATA_LOGSEGMENTSIZE: '8MB',
        JAVA_TOOL_OPTIONS: '-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
      }),
    ],
    readinessProbe: readiness(embedded ? '/actuator/health/readiness' : '/ready'),
    resources: { requests: { cpu: '200m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } },
    volumeMounts: [{ name: 'data', mountPath: '/usr/local/zeebe/data' }],
  };
}

const TLS_FOLDER = '/usr/local/zeebe/tls';

/** By TLS, and only from a user: the names are those of Zeebe 8.8. */
const SECURED = {
  ZEEBE_GATEWAY_SECURITY_ENABLED: 'true',
  ZEEBE_GATEWAY_SECURITY_CERTIFICATECHAINPATH: `${TLS_FOLDER}/tls.crt`,
  ZEEBE_GATEWAY_SECURITY_PRIVATEKEYPATH: `${TLS_FOLDER}/tls.key`,
  CAMUNDA_SECURITY_AUTHENTICATION_METHOD: 'basic',
  CAMUNDA_SECURITY_INITIALIZATION_USERS_0_USERNAME: GATEWAY_USER.name,
  CAMUNDA_SECURITY_INITIALIZATION_USERS_0_PASSWORD: GATEWAY_USER.password,
};

function gatewayContainer({ namespace, shape, image }: Installation): V1Container {
  const { secured } = differencesOf(shape);
  return {
    name: 'zeebe-gateway',
    image,
    command: [...INIT, '/usr/local/zeebe/bin/gateway'],
    ports: containerPorts('http', 'gateway', 'internal'),
    env: [
      fieldEnv('POD_NAME', 'metadata.name'),
      fieldEnv('POD_IP', 'status.podIP'),
      ...env({
        ZEEBE_STANDALONE_GATEWAY: 'true',
        ZEEBE_GATEWAY_CLUSTER_CLUSTERNAME: NAME,
        ZEEBE_GATEWAY_CLUSTER_MEMBERID: '$(POD_NAME)',
        ZEEBE_GATEWAY_CLUSTER_INITIALCONTACTPOINTS: `${NAME}.${namespace}.svc:${PORTS.internal}`,
        ZEEBE_GATEWAY_CLUSTER_HOST: '$(POD_IP)',
        ZEEBE_GATEWAY_NETWORK_HOST: '0.0.0.0',
        JAVA_TOOL_OPTIONS: '-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
        ...(secured ? SECURED : {}),
      }),
    ],
    ...(secured ? { volumeMounts: [{ name: 'tls', mountPath: TLS_FOLDER, readOnly: true }] } : {}),
    readinessProbe: readiness('/actuator/health/readiness'),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '768Mi' } },
  };
}

/** The user of the vendor's image. */
const ZEEBE_USER = 1000;

/** What the level `restricted` of the Pod Security Standards asks for. */
const RESTRICTED: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  runAsUser: ZEEBE_USER,
  seccompProfile: { type: 'RuntimeDefault' },
};

function podTemplate(component: string, shape: Shape, container: V1Container): V1PodTemplateSpec {
  const { restricted, secured } = differencesOf(shape);
  return {
    metadata: { labels: labels(component) },
    spec: {
      containers: [restricted ? { ...container, securityContext: RESTRICTED } : container],
      ...(secured && component === 'zeebe-gateway'
        ? { volumes: [{ name: 'tls', secret: { secretName: CERTIFICATE_SECRET } }] }
        : {}),
      // Zeebe asks nothing of Kubernetes, and a kubelet may be late with the volume of a token.
      automountServiceAccountToken: false,
      // Evenly over the nodes: one broker a node where there are as many nodes as brokers.
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: component === 'zeebe-broker' ? 'DoNotSchedule' : 'ScheduleAnyway',
          labelSelector: { matchLabels: labels(component) },
        },
      ],
    },
  };
}
