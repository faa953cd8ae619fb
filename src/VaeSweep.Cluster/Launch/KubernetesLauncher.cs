using System.Globalization;

namespace VaeSweep.Cluster.Launch;

/// <summary>A Job of Kubernetes whose pods are workers. The key is in a secret that a command makes from its file: no manifest
/// holds it.</summary>
internal sealed class KubernetesLauncher : ILauncher
{
    private const string Workers = "vaesweep-workers.yaml";
    private const string KeySecret = "vaesweep-key";
    private const string KeyPath = "/run/secrets/vaesweep/head.key";

    /// <summary>A worker touches it as long as its actors answer.</summary>
    private const string AliveFile = "/scratch/alive";

    public string Name => "k8s";

    public string Description => "a Job on a Kubernetes cluster";

    public LaunchPlan Plan(LaunchRequest request)
    {
        if (request.Image is null)
            throw new ArgumentException("k8s needs --image: what deploy/Dockerfile was built and pushed as.");

        if (request.KeyFile is not { } key)
            throw new ArgumentException("k8s needs --key FILE: the head's join file, from which the secret is made.");
        var commands = new List<IReadOnlyList<string>>
        {
            new[] { "sh", "-c", $"kubectl get namespace {request.Namespace} >/dev/null 2>&1 || kubectl create "
                + $"namespace {request.Namespace}" },
            Secret(request, KeySecret, $"head.key={key}"),
        };
        commands.Add(["kubectl", "-n", request.Namespace, "apply", "-f", Workers]);
        return new LaunchPlan(
            [(Workers, Manifest(request))], commands,
            $"kubectl -n {request.Namespace} get pods shows them; kubectl -n {request.Namespace} delete job vaesweep-worker lets "
                + "them leave in order");
    }

    private static IReadOnlyList<string> Secret(LaunchRequest request, string name, string file) =>
        ["sh", "-c", $"kubectl -n {request.Namespace} create secret generic {name} --from-file={Shell.Quote(file)} "
            + "--dry-run=client -o yaml | kubectl apply -f -"];

    private static string Manifest(LaunchRequest request)
    {
        var cpus = Math.Max(request.CpusPerNode, request.GpusPerNode).ToString(CultureInfo.InvariantCulture);
        var gpu = request.GpusPerNode > 0 ? $"\n              nvidia.com/gpu: \"{request.GpusPerNode}\"" : "";
        var arguments = string.Join(
            ", ", ((string[])["worker", "--devices", request.Devices, "--alive-file", AliveFile, .. request.Arguments])
                .Select(Text));
        return $$"""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: vaesweep-worker
              labels: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: worker }
            spec:
              parallelism: {{request.Nodes}}
              completions: {{request.Nodes}}
              completionMode: Indexed
              # A pod that is evicted costs nothing but time: its trials go on elsewhere.
              backoffLimit: 1000000
              podFailurePolicy:
                rules:
                  - action: Ignore
                    onPodConditions: [{ type: DisruptionTarget, status: "True" }]
                  - action: FailJob
                    onExitCodes: { containerName: worker, operator: In, values: [2] }
              template:
                metadata:
                  labels: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: worker }
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: {{request.GraceSeconds}}
                  automountServiceAccountToken: false
                  securityContext:
                    { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
                  containers:
                    - name: worker
                      image: {{Text(request.Image!)}}
                      args: [{{arguments}}]
                      env:
                        - { name: VAESWEEP_HEAD, value: {{Text(request.Head)}} }
                        - { name: VAESWEEP_KEY, value: {{KeyPath}} }
                        - { name: TMPDIR, value: /scratch }
                        - { name: VAESWEEP_DATA, value: {{Text(request.DataFolder ?? "/scratch/data")}} }
                      resources:
                        requests: { cpu: "{{cpus}}", memory: 4Gi }
                        limits:
                          memory: 8Gi{{gpu}}
                      # A head that is away is waited for; what a probe must notice is a process that hangs. The file is then
                      # older than a minute.
                      livenessProbe:
                        exec: { command: [sh, -c, "find {{AliveFile}} -mmin -1 | grep -q ."] }
                        initialDelaySeconds: 30
                        periodSeconds: 30
                        failureThreshold: 4
                      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
                      volumeMounts:
                        - { name: key, mountPath: /run/secrets/vaesweep, readOnly: true }
                        - { name: scratch, mountPath: /scratch }
                  volumes:
                    - name: key
                      secret: { secretName: {{KeySecret}}, defaultMode: 0440 }
                    - name: scratch
                      emptyDir: { sizeLimit: 20Gi }

            """;
    }

    /// <summary>A string of JSON is one of YAML.</summary>
    private static string Text(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
