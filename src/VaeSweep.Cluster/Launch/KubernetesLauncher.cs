using System.Globalization;

namespace VaeSweep.Cluster.Launch;

/// <summary>A Job of Kubernetes whose pods are workers, and where asked for a PostgreSQL beside them. Passwords are in secrets that the commands make
/// from files: no manifest holds one.</summary>
internal sealed class KubernetesLauncher : ILauncher
{
    private const string Workers = "vaesweep-workers.yaml";
    private const string Postgres = "vaesweep-postgres.yaml";
    private const string PassSecret = "vaesweep-pgpass";
    private const string ServerSecret = "vaesweep-postgres-password";

    public string Name => "k8s";

    public string Description => "a Job on a Kubernetes cluster";

    public LaunchPlan Plan(LaunchRequest request)
    {
        if (request.Image is null)
        {
            throw new ArgumentException("k8s needs --image: what deploy/Dockerfile was built and pushed as.");
        }

        if (request.PassFile is null)
        {
            throw new ArgumentException("k8s needs --pgpass FILE: PostgreSQL's password file (host:port:database:user:password), from which the secret is made.");
        }

        var files = new List<(string, string)> { (Workers, Manifest(request)) };
        var commands = new List<IReadOnlyList<string>>
        {
            new[] { "sh", "-c", $"kubectl get namespace {request.Namespace} >/dev/null 2>&1 || kubectl create namespace {request.Namespace}" },
            Secret(request, PassSecret, $"pgpass={request.PassFile}"),
        };
        if (request.WithPostgres)
        {
            files.Add((Postgres, PostgresManifest(request)));
            // The fifth field of the password file, on its way from one program to the other and nowhere else.
            commands.Add(["sh", "-c",
                $"cut -d: -f5- {Shell.Quote(request.PassFile)} | head -n 1 | tr -d '\\n' | kubectl -n {request.Namespace} create secret generic {ServerSecret} --from-file=password=/dev/stdin --dry-run=client -o yaml | kubectl apply -f -"]);
            commands.Add(["kubectl", "-n", request.Namespace, "apply", "-f", Postgres]);
        }

        commands.Add(["kubectl", "-n", request.Namespace, "apply", "-f", Workers]);
        return new LaunchPlan(files, commands, $"kubectl -n {request.Namespace} get pods shows them; kubectl -n {request.Namespace} delete job vaesweep-worker lets them leave in order");
    }

    private static IReadOnlyList<string> Secret(LaunchRequest request, string name, string file) =>
        ["sh", "-c", $"kubectl -n {request.Namespace} create secret generic {name} --from-file={Shell.Quote(file)} --dry-run=client -o yaml | kubectl apply -f -"];

    private static string Manifest(LaunchRequest request)
    {
        var cpus = Math.Max(request.CpusPerNode, request.GpusPerNode).ToString(CultureInfo.InvariantCulture);
        var gpu = request.GpusPerNode > 0 ? $"\n              nvidia.com/gpu: \"{request.GpusPerNode}\"" : "";
        var arguments = string.Join(", ", ((string[])["worker", "--devices", request.Devices, .. request.Arguments]).Select(Text));
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
                  securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
                  containers:
                    - name: worker
                      image: {{Text(request.Image!)}}
                      args: [{{arguments}}]
                      env:
                        - { name: VAESWEEP_STORE, value: {{Text(request.Store)}} }
                        - { name: PGPASSFILE, value: /run/secrets/vaesweep/pgpass }
                        - { name: TMPDIR, value: /scratch }
                        - { name: VAESWEEP_DATA, value: {{Text(request.DataFolder ?? "/scratch/data")}} }
                      resources:
                        requests: { cpu: "{{cpus}}", memory: 4Gi }
                        limits:
                          memory: 8Gi{{gpu}}
                      # The program itself notices a store that is away and waits; what a probe must notice is a process that hangs.
                      livenessProbe:
                        exec: { command: [test, -d, /proc/1/task] }
                        periodSeconds: 30
                      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
                      volumeMounts:
                        - { name: pgpass, mountPath: /run/secrets/vaesweep, readOnly: true }
                        - { name: scratch, mountPath: /scratch }
                  volumes:
                    - name: pgpass
                      secret: { secretName: {{PassSecret}}, defaultMode: 0440 }
                    - name: scratch
                      emptyDir: { sizeLimit: 20Gi }

            """;
    }

    private static string PostgresManifest(LaunchRequest request)
    {
        var url = new Uri(request.Store);
        return $$"""
            apiVersion: v1
            kind: Service
            metadata:
              name: {{url.Host.Split('.')[0]}}
              labels: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: postgres }
            spec:
              clusterIP: None
              selector: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: postgres }
              ports:
                - { name: postgres, port: {{(url.Port > 0 ? url.Port : 5432).ToString(CultureInfo.InvariantCulture)}}, targetPort: postgres }
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: vaesweep-postgres
              labels: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: postgres }
            spec:
              serviceName: {{url.Host.Split('.')[0]}}
              replicas: 1
              selector:
                matchLabels: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: postgres }
              template:
                metadata:
                  labels: { app.kubernetes.io/name: vaesweep, app.kubernetes.io/component: postgres }
                spec:
                  terminationGracePeriodSeconds: 120
                  automountServiceAccountToken: false
                  securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile: { type: RuntimeDefault } }
                  containers:
                    - name: postgres
                      image: postgres:15
                      args: ["-c", "max_connections=400", "-c", "password_encryption=scram-sha-256"]
                      env:
                        - { name: POSTGRES_USER, value: {{Text(url.UserInfo)}} }
                        - { name: POSTGRES_DB, value: {{Text(url.AbsolutePath.TrimStart('/'))}} }
                        - { name: POSTGRES_PASSWORD_FILE, value: /run/secrets/postgres/password }
                        - { name: POSTGRES_INITDB_ARGS, value: "--auth=scram-sha-256 --data-checksums" }
                        - { name: PGDATA, value: /var/lib/postgresql/data/pgdata }
                      ports:
                        - { name: postgres, containerPort: 5432 }
                      readinessProbe:
                        exec: { command: [pg_isready, -h, 127.0.0.1] }
                        periodSeconds: 5
                      livenessProbe:
                        exec: { command: [pg_isready, -h, 127.0.0.1] }
                        periodSeconds: 30
                        failureThreshold: 10
                      resources:
                        requests: { cpu: "1", memory: 2Gi }
                        limits: { memory: 4Gi }
                      volumeMounts:
                        - { name: data, mountPath: /var/lib/postgresql/data }
                        - { name: password, mountPath: /run/secrets/postgres, readOnly: true }
                  volumes:
                    - name: password
                      secret: { secretName: {{ServerSecret}}, defaultMode: 0440 }
              volumeClaimTemplates:
                - metadata:
                    name: data
                  spec:
                    accessModes: [ReadWriteOnce]
                    resources:
                      requests: { storage: 100Gi }

            """;
    }

    /// <summary>A string of JSON is one of YAML.</summary>
    private static string Text(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
