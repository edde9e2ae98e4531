/** What the objects of a Zeebe cluster have in common. */
import type { KubernetesObject, V1EnvVar } from '@kubernetes/client-node';

/** The name of the brokers' workload and Service. */
export const NAME = 'camunda-zeebe';
/** The name of the gateways' workload and Service. */
export const GATEWAY = `${NAME}-gateway`;

export const PORTS = { http: 9600, command: 26501, internal: 26502, gateway: 26500 } as const;

export function labels(component: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'camunda-platform',
    'app.kubernetes.io/instance': 'camunda',
    'app.kubernetes.io/part-of': 'camunda-platform',
    'app.kubernetes.io/component': component,
  };
}

export function readiness(path: string) {
  return { httpGet: { path, port: 'http' }, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 2 };
}

export function servicePorts(...names: (keyof typeof PORTS)[]) {
  return names.map((name) => ({ name, port: PORTS[name], targetPort: name }));
}

export function containerPorts(...names: (keyof typeof PORTS)[]) {
  return names.map((name) => ({ name, containerPort: PORTS[name] }));
}

export function env(values: Record<string, string | number>): V1EnvVar[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}

export function fieldEnv(name: string, fieldPath: string): V1EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string,
  component: string,
  spec: object,
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace, labels: labels(component) }, spec } as KubernetesObject;
}
