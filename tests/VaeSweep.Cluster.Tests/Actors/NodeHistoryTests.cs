using VaeSweep.Cluster.Tests.Actors.Simulation;

namespace VaeSweep.Cluster.Tests.Actors;

public sealed class NodeHistoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    [InlineData(50)]
    [InlineData(75)]
    public void Whatever_happens_every_trial_is_trained_once_with_the_numbers_that_it_must_have(int first)
    {
        for (var seed = first; seed < first + 25; seed++)
        {
            var history = new NodeHistory(seed);
            try
            {
                history.Live();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{history.Log}", failure);
            }
        }
    }
}
