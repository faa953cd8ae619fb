namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>The printed manifests, held against the API's published schemas by deploy/kubernetes/check.mjs.</summary>
public sealed class KubernetesTests(KubernetesTests.Checker checker) : IClassFixture<KubernetesTests.Checker>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--gpus", "2")]
    [InlineData("--cpus", "8", "--until-done", "--sweep", "a: b # c", "--data", "/d'a\"t\\a")]
    public async Task The_schemas_allow_every_field_of_the_printed_manifests(params string[] arguments)
    {
        var files = await Printed.FilesAsync(Token, ["k8s", "--image", "vaesweep:1", "--nodes", "3", .. arguments]);

        var said = await checker.RunAsync(files.Values, Token);

        Assert.True(said.Code == 0, said.Out + said.Errors);
        Assert.Contains(" 0 faults", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backoffLimit:", "backofLimit:", "backofLimit")]
    [InlineData("restartPolicy: Never", "restartPolicy: Nevr", "restartPolicy")]
    [InlineData("parallelism: 3", "parallelism: three", "parallelism must be integer")]
    [InlineData("kind: Job", "kind: Jobs", "Jobs")]
    public async Task A_mistake_in_a_manifest_is_found(string right, string wrong, string named)
    {
        var files = await Printed.FilesAsync(Token, "k8s", "--image", "a:b", "--nodes", "3");

        var said = await checker.RunAsync(
            files.Values.Select(text => text.Replace(right, wrong, StringComparison.Ordinal)), Token);

        Assert.Equal(1, said.Code);
        Assert.Contains(named, said.Errors, StringComparison.Ordinal);
    }

    /// <summary>The checker with its packages, installed where it is used.</summary>
    public sealed class Checker : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-manifests-").FullName;
        private readonly Dictionary<string, string?> _environment = [];

        public async ValueTask InitializeAsync()
        {
            var npm = Needs.Program("npm", "npm");
            foreach (var name in new[] { "package.json", "check.mjs" })
                File.Copy(Path.Combine(Lab.Repository, "deploy/kubernetes", name), Path.Combine(_folder, name));
            string[] install = ["install", "--no-audit", "--no-fund", "--no-package-lock"];
            (await Said.RunAsync(_folder, _environment, npm, install, Token)).Succeeded("npm install");
        }

        internal Task<Said> RunAsync(IEnumerable<string> manifests, CancellationToken cancellationToken)
        {
            var files = manifests.Select((text, i) =>
            {
                var path = Path.Combine(_folder, $"{i}.yaml");
                File.WriteAllText(path, text);
                return path;
            });
            return Said.RunAsync(_folder, _environment, Needs.Program("node", "nodejs"), ["check.mjs", .. files],
                cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
