using System.Globalization;
using Microsoft.Extensions.Logging;

namespace VaeSweep.Cli;

/// <summary>Turns log entries into lines for a person.</summary>
internal sealed class LogLines(Action<string> say, TimeProvider time, LogLevel least) : ILoggerProvider
{
    /// <summary>A factory that hands lines to <paramref name="say"/>, from any thread.</summary>
    public static ILoggerFactory Factory(Action<string> say, TimeProvider time, LogLevel least)
    {
        var factory = new LoggerFactory();
        factory.AddProvider(new LogLines(say, time, least));
        return factory;
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    private sealed class Category(LogLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= lines.Least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;

            var word = logLevel switch { LogLevel.Trace or LogLevel.Debug => "debug", LogLevel.Information => "info",
                LogLevel.Warning => "warning", _ => "error" };
            var at = lines.Time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            lines.Say(
                $"{at} {word} {name}: {formatter(state, exception)}"
                    + $"{(exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})")}");
        }
    }

    private LogLevel Least { get; } = least;
    private TimeProvider Time { get; } = time;
    private Action<string> Say { get; } = say;
}
