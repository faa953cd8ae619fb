using VaeSweep.Cluster.Files;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using Xunit;

namespace VaeSweep.Cluster.Tests;

public class LeftoversTests
{
    [Fact]
    public void Of_a_finished_trial_what_the_store_does_not_know_goes_and_what_it_knows_stays()
    {
        var kept = Files(attempt: 2, "ckpt-00009-2.vsckpt", "model.safetensors", "log-likelihoods.npy");
        var left = Files(attempt: 1, "ckpt-00004-1.vsckpt", ".ckpt-00005-1.vsckpt.77.tmp", "model.safetensors")
            .Concat(Files(attempt: 2, ".ckpt-00008-2.vsckpt.78.tmp", "ckpt-00008-2.vsckpt")).ToArray();

        var found = Leftovers.Among([.. kept, .. left], [new TrialFiles(7, "aaa", TrialState.Succeeded, 2, kept[..2])]);

        Assert.Equal(left, found);
    }

    [Fact]
    public void The_folder_of_a_running_attempt_is_left_alone()
    {
        var resumedFrom = Files(attempt: 1, "ckpt-00004-1.vsckpt");
        var written = Files(attempt: 2, "ckpt-00006-2.vsckpt", ".ckpt-00007-2.vsckpt.78.tmp");
        var left = Files(attempt: 1, "ckpt-00005-1.vsckpt");

        var found = Leftovers.Among(
            [.. resumedFrom, .. written, .. left], [new TrialFiles(7, "aaa", TrialState.Running, 2, resumedFrom)]);

        Assert.Equal(left, found);
    }

    [Fact]
    public void What_the_store_has_never_heard_of_is_left_alone()
    {
        string[] files =
        [
            .. Files(attempt: 3, "ckpt-00004-3.vsckpt"), Artifacts.Folder("/all", "s", "bbb", 8, 1) + "/ckpt-00004-1.vsckpt",
            "/all/s/aaa.7/notes.txt", "/all/s/aaa.7/attempt-x/notes.txt",
        ];

        var found = Leftovers.Among(files, [new TrialFiles(7, "aaa", TrialState.Queued, 2, [])]);

        Assert.Empty(found);
    }

    [Fact]
    public void A_folder_that_was_moved_keeps_what_the_store_knows_by_its_old_path()
    {
        var files = Files(attempt: 1, "ckpt-00009-1.vsckpt");

        var found = Leftovers.Among(
            files, [new TrialFiles(7, "aaa", TrialState.Failed, 1, ["/elsewhere/s/aaa.7/attempt-1/ckpt-00009-1.vsckpt"])]);

        Assert.Empty(found);
    }

    private static string[] Files(int attempt, params string[] names) =>
        [.. names.Select(name => Path.Combine(Artifacts.Folder("/all", "s", "aaa", 7, attempt), name))];
}
