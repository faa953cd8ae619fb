namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Treats each child by itself.</summary>
public sealed class OneForOneStrategy : SupervisorStrategy
{
    private readonly int? _maxNrOfRetries;
    private readonly TimeSpan? _withinTimeRange;
    private readonly Func<Exception, Directive> _decider;

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries: null, withinTimeRange: null, localOnlyDecider)
    {
    }

    /// <param name="maxNrOfRetries">Restarts allowed within the time range, then the child is stopped; null or negative for no limit.</param>
    /// <param name="withinTimeRange">Begins at the first restart and anew when it has passed; null for the child's whole life.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
    {
        _maxNrOfRetries = maxNrOfRetries is < 0 ? null : maxNrOfRetries;
        _withinTimeRange = withinTimeRange;
        _decider = localOnlyDecider;
    }

    internal override Directive Decide(Exception cause, RestartHistory history, TimeProvider time)
    {
        var directive = _decider(cause);
        return directive == Directive.Restart && !history.AllowsOneMore(_maxNrOfRetries, _withinTimeRange, time) ? Directive.Stop : directive;
    }
}
