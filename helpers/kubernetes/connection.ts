/** The way to an API server. */
import {
  AppsV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  Health,
  type KubeConfig,
  KubernetesObjectApi,
  StorageV1Api,
  VersionApi,
} from '@kubernetes/client-node';
import { readKubeconfig } from './kubeconfig.ts';

export interface Kubernetes {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly coordination: CoordinationV1Api;
  readonly storage: StorageV1Api;
  readonly objects: KubernetesObjectApi;
  readonly health: Health;
  readonly version: VersionApi;
}

/**
 * Connects through a named context; the kubeconfig's current-context is never taken for consent.
 *
 * @param file a kubeconfig; undefined means KUBECONFIG or the user's own
 * @throws Error naming the contexts there are, if `context` is not one of them
 */
export function connect(context: string, file?: string): Kubernetes {
  const config = readKubeconfig(file === undefined ? process.env : { KUBECONFIG: file });
  const names = config.getContexts().map((c) => c.name);
  if (!names.includes(context))
    throw new Error(
      `The kubeconfig has no context "${context}"; it has ${names.length > 0 ? names.join(', ') : 'none'}. Set CHAOS_KUBE_CONTEXT to one of them, or KUBECONFIG to another file.`,
    );
  config.setCurrentContext(context);
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    authorization: config.makeApiClient(AuthorizationV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
    storage: config.makeApiClient(StorageV1Api),
    objects: KubernetesObjectApi.makeApiClient(config),
    health: new Health(config),
    version: config.makeApiClient(VersionApi),
  };
}
