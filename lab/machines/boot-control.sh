#!/bin/bash
# PID 1 of the control plane's machine; see boot-node.sh.
set -euo pipefail

read -r _

mount --make-rprivate /
mount -t tmpfs -o mode=755 control-run /run
mount -t tmpfs control-tmp /tmp
mkdir -p /tmp/hostpath_pv "$NODE/etcd"
mount --bind "$VOLUMES" /tmp/hostpath_pv
# The cluster's state is as disposable as the lab; on tmpfs it costs no disk writes.
mount -t tmpfs control-etcd "$NODE/etcd"
chmod 700 "$NODE/etcd"

hostname "$NAME"
ip link set lo up
ip addr add "$ADDRESS/24" dev eth0
ip link set eth0 up
while IFS= read -r route; do
  # shellcheck disable=SC2086
  ip route add $route
done <<<"$POD_ROUTES"

start() {
  local component=$1
  shift
  "$HYPERKUBE" "$component" "$@" >>"$LOGS/$component.log" 2>&1 &
}

start etcd --data-dir "$NODE/etcd" --unsafe-no-fsync --log-level warn \
  --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster default=http://127.0.0.1:2380

start kube-apiserver --etcd-servers http://127.0.0.1:2379 --advertise-address "$ADDRESS" --secure-port 6443 \
  --service-cluster-ip-range "$SERVICE_RANGE" --allow-privileged --authorization-mode Node,RBAC \
  --enable-admission-plugins NodeRestriction --client-ca-file "$PKI/ca.crt" --token-auth-file "$PKI/tokens.csv" \
  --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" \
  --kubelet-client-certificate "$PKI/kubelet-client.crt" --kubelet-client-key "$PKI/kubelet-client.key" \
  --kubelet-preferred-address-types InternalIP \
  --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$PKI/service-account.key" \
  --service-account-signing-key-file "$PKI/service-account.key" --profiling=false --v 1

until (exec 3<>/dev/tcp/127.0.0.1/6443) 2>/dev/null; do sleep 0.05; done

start kube-controller-manager --kubeconfig "$PKI/system-kube-controller-manager.kubeconfig" --leader-elect=false \
  --service-account-private-key-file "$PKI/service-account.key" --root-ca-file "$PKI/ca.crt" \
  --enable-hostpath-provisioner \
  --node-monitor-period 1s --node-monitor-grace-period 10s --bind-address 127.0.0.1 --v 1

start kube-scheduler --kubeconfig "$PKI/system-kube-scheduler.kubeconfig" --leader-elect=false --bind-address 127.0.0.1 --v 1

start coredns -conf "$NODE/Corefile"

sleep infinity &
wait $!
