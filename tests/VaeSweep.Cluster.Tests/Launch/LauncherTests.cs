using System.Diagnostics;
using System.Runtime.Versioning;
using VaeSweep.Cluster.Launch;

namespace VaeSweep.Cluster.Tests.Launch;

/// <summary>What each way of launching would write and run.</summary>
public sealed class LauncherTests
{
    private static readonly LaunchRequest _request = new()
    {
        Head = "head.lab:4053",
        Program = "/opt/vae sweep/vaesweep",
        Nodes = 3,
        CpusPerNode = 4,
        KeyFile = "/home/ada/sweeps.db.key",
        Image = "registry.example/vaesweep:cpu",
        Hosts = ["a", "b"],
    };

    public static TheoryData<string> Names => [.. Launchers.All.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_launcher_names_the_head_and_a_file_with_its_key(string name)
    {
        var plan = Of(name, _request);

        var all = string.Join('\n', plan.Files.Select(f => f.Text).Concat(plan.Commands.Select(Shell.Line)));
        Assert.Contains(_request.Head, all, StringComparison.Ordinal);
        Assert.Contains(".key", all, StringComparison.Ordinal);
        Assert.NotEmpty(plan.Commands);
        Assert.NotEmpty(plan.Next);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("a'b\"c$d`e\\f;g&h\ni")]
    [InlineData("")]
    public void A_shell_reads_a_quoted_word_back_as_it_was(string word)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"printf '%s' {Shell.Quote(word)}"]) { RedirectStandardOutput = true,
                UseShellExecute = false })!;

        Assert.Equal(word, process.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void Slurm_gets_arrays_no_larger_than_it_takes_and_a_script_that_leaves_in_order()
    {
        var plan = Of("slurm", _request with { Nodes = 2500, GpusPerNode = 1, TimeLimit = "24:00:00", Partition = "gpu" });

        var (_, script) = Assert.Single(plan.Files);
        Assert.Equal(["--array=0-999", "--array=0-999", "--array=0-499"], plan.Commands.Select(c => c[1]));
        foreach (var line in new[] { "--requeue", "--signal=B:USR1@120", "--gpus-per-task=1", "--gpu-bind=single:1",
            "--time=24:00:00", "--partition=gpu" })
        {
            Assert.Contains($"#SBATCH {line}\n", script, StringComparison.Ordinal);
        }

        Assert.Contains("\n'/opt/vae sweep/vaesweep' worker --devices cuda --drain-on SIGUSR1 &\n", script,
            StringComparison.Ordinal);
        Assert.Equal(0, Run("bash", "-n", script));
    }

    [Fact]
    public void A_unit_quotes_its_words_as_systemd_reads_them()
    {
        var (_, unit) = Assert.Single(Of("systemd", _request).Files);

        Assert.Contains("ExecStart=\"/opt/vae sweep/vaesweep\" worker --devices cpu:4\n", unit, StringComparison.Ordinal);
        Assert.Contains("KillSignal=SIGTERM\n", unit, StringComparison.Ordinal);
        Assert.Contains("TimeoutStopSec=120\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void Ssh_needs_hosts_and_takes_no_option_for_one()
    {
        Assert.Throws<ArgumentException>(() => Of("ssh", _request with { Hosts = [] }));
        Assert.Throws<ArgumentException>(() => Of("ssh", _request with { Hosts = ["-oProxyCommand=x"] }));
        Assert.Equal(["a", "b"], Of("ssh", _request).Commands.Where(c => c[0] == "ssh").Select(c => c[^2]));
    }

    [Fact]
    public void Kubernetes_needs_an_image_and_a_key()
    {
        Assert.Contains("--image", Assert.Throws<ArgumentException>(() => Of("k8s", _request with { Image = null })).Message,
            StringComparison.Ordinal);
        Assert.Contains("--key", Assert.Throws<ArgumentException>(() => Of("k8s", _request with { KeyFile = null })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Ssh_brings_the_key_into_a_file_of_the_user_alone_and_shows_it_to_nobody()
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-ssh-").FullName;
        try
        {
            var key = Path.Combine(folder, "a key");
            File.WriteAllText(key, "-----BEGIN SOMETHING-----");
            var words = Of("ssh", _request with { KeyFile = key, Hosts = ["a"] }).Commands[0];
            // In place of ssh a shell that does what the host would do.
            File.WriteAllText(Path.Combine(folder, "ssh"),
                "#!/bin/sh\nfor last; do :; done\ncd \"$HOME\" && exec sh -c \"$last\"\n");
            File.SetUnixFileMode(Path.Combine(folder, "ssh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var start = new ProcessStartInfo(words[0], words.Skip(1)) { UseShellExecute = false };
            (start.Environment["PATH"], start.Environment["HOME"]) =
                ($"{folder}:{Environment.GetEnvironmentVariable("PATH")}", folder);
            using var process = Process.Start(start)!;
            process.WaitForExit();

            var copy = Path.Combine(folder, ".config", "vaesweep", "head.lab-4053.key");
            Assert.Equal(0, process.ExitCode);
            Assert.Equal("-----BEGIN SOMETHING-----", File.ReadAllText(copy));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
            Assert.All(words, word => Assert.DoesNotContain("BEGIN", word, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LaunchPlan Of(string name, LaunchRequest request) => Launchers.All.Single(l => l.Name == name).Plan(request);

    private static int Run(string program, string option, string script)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, [option]) { RedirectStandardInput = true, UseShellExecute = false })!;
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode;
    }
}
