using System.Diagnostics;

namespace VaeSweep.Cluster.Tests;

public sealed class NodeIdentityTests
{
    [Fact]
    public void Names_differ_and_a_living_process_is_not_dead()
    {
        var (first, second) = (NodeIdentity.NewName(), NodeIdentity.NewName());

        Assert.NotEqual(first, second);
        Assert.False(NodeIdentity.IsDeadHere(first));
        Assert.Equal(OperatingSystem.IsLinux(), NodeIdentity.IsAliveHere(first));
    }

    [Fact]
    public void A_process_that_ended_is_dead_and_so_is_one_whose_number_was_given_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var process = Process.Start(new ProcessStartInfo("true") { UseShellExecute = false })!;
        process.WaitForExit();
        var parts = NodeIdentity.NewName().Split(':');

        var ended = string.Join(':', [parts[0], process.Id.ToString(), .. parts[2..]]);
        var another = string.Join(':', [.. parts[..3], "12345", parts[4]]);

        Assert.True(NodeIdentity.IsDeadHere(ended));
        Assert.True(NodeIdentity.IsDeadHere(another));
        Assert.False(NodeIdentity.IsAliveHere(ended) || NodeIdentity.IsAliveHere(another));
    }

    [Fact]
    public void Processes_of_other_machines_and_names_of_another_make_are_not_judged()
    {
        var parts = NodeIdentity.NewName().Split(':');
        var elsewhere = string.Join(':', [parts[0], "999999999", "00000000", .. parts[3..]]);

        Assert.False(NodeIdentity.IsDeadHere(elsewhere));
        Assert.False(NodeIdentity.IsDeadHere("gpu-03"));
        Assert.False(NodeIdentity.IsAliveHere(elsewhere) || NodeIdentity.IsAliveHere("gpu-03"));
    }
}
